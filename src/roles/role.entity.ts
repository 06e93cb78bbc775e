import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Permission } from './permission.entity';

/** A named set of permissions. */
@Entity('roles')
export class Role {
  @PrimaryGeneratedColumn()
  id!: number;

  @Index('roles_name', { unique: true })
  @Column({ length: 64 })
  name!: string;

  @Column({ length: 255, default: '' })
  description!: string;

  /** `User` and `Admin`: rules name them, so they can't be renamed or deleted. */
  @Column({ name: 'built_in', default: false })
  builtIn!: boolean;

  /** How many users hold it; counted in the transactions that grant and revoke. */
  @Column({ default: 0 })
  holders!: number;

  @OneToMany(() => RolePermission, (carried) => carried.role)
  carried!: Relation<RolePermission>[];
}

/** A permission that a role carries. */
@Entity('role_permissions')
export class RolePermission {
  @PrimaryColumn({ name: 'role_id' })
  roleId!: number;

  @Index('role_permissions_permission')
  @PrimaryColumn({ name: 'permission', length: 64 })
  permission!: string;

  @ManyToOne(() => Role, (role) => role.carried, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'role_id', foreignKeyConstraintName: 'fk_role_permissions_role' })
  role!: Relation<Role>;

  @ManyToOne(() => Permission, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'permission', foreignKeyConstraintName: 'fk_role_permissions_permission' })
  entry!: Relation<Permission>;
}
