import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Role } from './role.entity';

/** What a role's name looks like, or is when only its case is changed; no other role has one of these keys. */
@Entity('role_keys')
export class RoleKey {
  /** Of `keysOfRoleName`. */
  @PrimaryColumn({ name: 'role_key', length: 43 })
  key!: string;

  @Index('role_keys_role')
  @Column({ name: 'role_id' })
  roleId!: number;

  @ManyToOne(() => Role, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'role_id', foreignKeyConstraintName: 'fk_role_keys_role' })
  role?: Relation<Role>;
}
