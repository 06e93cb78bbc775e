import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { timestamp } from '../database/columns';
import { Role } from './role.entity';

/** A role given to a user: by whom, when, until when, why. */
@Entity('grants')
@Index('grants_user_role', ['userId', 'roleId'], { unique: true })
@Index('grants_role_user', ['roleId', 'userId'])
@Index('grants_terms', ['userId', 'roleId', 'from', 'until'])
export class Grant {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ name: 'user_id' })
  userId!: number;

  @Column({ name: 'role_id' })
  roleId!: number;

  /** The user who gave it; null for the operator, the seeder and registration. */
  @Column({ name: 'granted_by', type: 'int', nullable: true })
  grantedBy!: number | null;

  @Column({ ...timestamp, name: 'granted_at' })
  grantedAt!: Date;

  /** null: from the beginning. */
  @Column({ ...timestamp, name: 'starts_at', nullable: true })
  from!: Date | null;

  /** null: no end. */
  @Index('grants_ends')
  @Column({ ...timestamp, name: 'ends_at', nullable: true })
  until!: Date | null;

  @Column({ type: 'varchar', length: 255, nullable: true })
  reason!: string | null;

  @ManyToOne(() => Role, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'role_id', foreignKeyConstraintName: 'fk_grants_role' })
  role!: Relation<Role>;

  /** By name: `users` stands above `roles`, and imports it. */
  @ManyToOne('User', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_grants_user' })
  user!: object;
}
